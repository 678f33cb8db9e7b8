/** One word of a POSIX shell that stands for exactly this text, printable whatever is in it. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const octets = [...Buffer.from(text, 'utf8')].map((octet) => `\\${octet.toString(8).padStart(3, '0')}`)
  return `"$(printf '${octets.join('')}')"`
}
