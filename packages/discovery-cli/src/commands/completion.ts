import type { Command } from './command.js'

export const completion: Command = {
  name: 'completion',
  operands: 'bash|zsh|fish',
  operandWords: ['bash', 'zsh', 'fish'],
  summary: 'print a script that completes commands, options, values and cluster names',
  about: `The shell asks pstorage-discovery for what may follow. Names of clusters are asked for with the options that were typed
so far, for a second at most; without --backend, DNS and bootstrap lists are asked.`,
  examples: [
    ['completion bash > /etc/bash_completion.d/pstorage-discovery', ''],
    ['completion zsh > /usr/local/share/zsh/site-functions/_pstorage-discovery', ''],
    ['completion fish > ~/.config/fish/completions/pstorage-discovery.fish', ''],
  ],
  options: [],
  exitCodes: { 0: 'the script is printed' },
  load: async () => (await import('../completion/completion.js')).runCompletion,
}
