import type { CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'

/** What can follow `mla`, by first word; a command of one word has its options under it. */
type Words = ReadonlyMap<string, readonly string[]>

/** The commands are handed over, since this is one of them. */
export const completionOf = (commands: () => readonly CliCommand[]): CliCommand => ({
  name: 'completion',
  summary: 'Print what makes a shell complete the words of mla',
  arguments: [['<shell>', 'bash or zsh']],
  options: [],
  examples: ['source <(mla completion bash)', 'mla completion zsh > ~/.zfunc/_mla'],
  async run(cli, given) {
    const [shell] = given.words
    const words = wordsOf(commands())
    if (shell !== 'bash' && shell !== 'zsh') {
      throw new Failure(2, `there is no completion for "${shell}"`, 'write bash or zsh')
    }
    const script = shell === 'bash' ? bash(words) : zsh(words)
    if (cli.out.json) cli.out.document({ shell, script })
    else cli.out.line(script)
    return 0
  },
})

function wordsOf(commands: readonly CliCommand[]): Words {
  const words = new Map<string, string[]>()
  const under = (key: string, more: readonly string[]): void =>
    void words.set(key, [...(words.get(key) ?? []), ...more])
  for (const { name, options } of commands) {
    const [first = '', second] = name.split(' ')
    const flags = options.map(([flag]) => flag.split(' ')[0] ?? '')
    if (second === undefined) under(first, [...flags, '--help'])
    else {
      under(first, [second])
      under(name, [...flags, '--help'])
    }
  }
  return words
}

function bash(words: Words): string {
  const firsts = [...words.keys()].filter((key) => !key.includes(' '))
  const cases = [...words].map(([key, more]) => `    "${key}") words="${more.join(' ')}" ;;`)
  return `# bash completion of mla: source <(mla completion bash)
_mla() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  local path="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
  case "$path" in
    "") words="${firsts.join(' ')} --json --help" ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _mla mla`
}

function zsh(words: Words): string {
  const firsts = [...words.keys()].filter((key) => !key.includes(' '))
  const cases = [...words].map(([key, more]) => `    '${key}') list=(${more.join(' ')}) ;;`)
  return `#compdef mla
# zsh completion of mla: save as _mla in a folder of $fpath
_mla() {
  local before="\${(j: :)words[2,CURRENT-1]}"
  local -a list
  case "$before" in
    '') list=(${firsts.join(' ')} --json --help) ;;
${cases.join('\n')}
  esac
  compadd -a list
  (( \${#list} )) || _files
}
compdef _mla mla`
}
