/**
 * A domain name as the list of its labels, the most specific first and without the root: `['mds1', 'pstorage', 'test']`.
 *
 * Each character of a label is one octet, with the octet's value as its code (0 to 255, the Latin-1 view of the bytes), so a label
 * keeps whatever was on the wire: a dot inside a label is a character like any other. `[]` is the root. Letter case is kept as
 * received; names are compared with {@link equalNames}. Names read from one message may share one array.
 *
 * @see RFC 1035 section 3.1, RFC 2181 section 11
 */
export type Name = readonly string[]
