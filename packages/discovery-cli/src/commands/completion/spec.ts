import type { Command } from '../../args/command.js'

export const completion: Command = {
  name: 'completion',
  operands: 'bash|zsh|fish',
  operandWords: ['bash', 'zsh', 'fish'],
  summary: 'print a script that completes commands, options, values and cluster names',
  about: `The shell runs pstorage-discovery to complete a word. Names of clusters are queried with the options typed so far, for
one second at most; without --backend, from DNS and bootstrap lists.`,
  examples: [
    ['completion bash > /etc/bash_completion.d/pstorage-discovery', ''],
    ['completion zsh > /usr/local/share/zsh/site-functions/_pstorage-discovery', ''],
    ['completion fish > ~/.config/fish/completions/pstorage-discovery.fish', ''],
  ],
  options: [],
  exitCodes: { 0: 'the script is printed' },
  load: async () => (await import('./run.js')).runCompletion,
}
