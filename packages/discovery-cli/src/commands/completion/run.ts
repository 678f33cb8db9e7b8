import { quoteText } from '@pstorage/discovery-core'
import type { RunCommand } from '../../args/command.js'
import { UsageError } from '../../exit-codes.js'
import { writeData } from '../../terminal/write-data.js'

/** The shells with a completion script. */
export type Shell = 'bash' | 'zsh' | 'fish'

/** The scripts: each shell reads its own once, and runs the program to complete a word. */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of pstorage-discovery: source it, or put it into the completions folder of bash-completion.
_pstorage_discovery() {
  local line
  COMPREPLY=()
  local -a lines
  mapfile -t lines < <(pstorage-discovery __complete --line "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case "\${lines[0]}" in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    *) for line in "\${lines[@]:1}"; do COMPREPLY+=("\${line%%$'\\t'*}"); done ;;
  esac
}
complete -F _pstorage_discovery pstorage-discovery
`,
  zsh: `#compdef pstorage-discovery
# zsh completion of pstorage-discovery: source it after compinit, or put it into $fpath as _pstorage-discovery.
_pstorage_discovery() {
  local -a lines candidates
  local line word
  lines=("\${(@f)$(pstorage-discovery __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $lines[1] in
    files) _files ;;
    directories) _files -/ ;;
    *)
      for line in $lines[2,-1]; do
        word=\${line%%$'\\t'*}
        candidates+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe -V 'pstorage-discovery' candidates ;;
  esac
}
if [[ $funcstack[1] == _pstorage-discovery ]]; then _pstorage_discovery "$@"; else compdef _pstorage_discovery pstorage-discovery; fi
`,
  fish: `# fish completion of pstorage-discovery: source it, or put it into the completions folder of fish.
function __pstorage_discovery_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines (pstorage-discovery __complete -- $words[2..] 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path (commandline -ct)
        case directories
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $lines[2..]
    end
end
complete -c pstorage-discovery -f -a '(__pstorage_discovery_complete)'
`,
}

const shells = Object.keys(scripts) as Shell[] // exactly the keys written there

/** Runs `completion`. */
export const runCompletion: RunCommand = async ({ operands }, { stdout }) => {
  const [text, ...others] = operands
  const shell = shells.find((each) => each === text)
  if (shell === undefined || others.length > 0) {
    const unknown =
      text === undefined || others.length > 0
        ? ''
        : `there is no completion for ${quoteText(text, { maxLength: 80 })}; `
    throw new UsageError(`${unknown}name the shell: completion bash, zsh or fish`)
  }
  await writeData(stdout, scripts[shell])
  return 0
}
