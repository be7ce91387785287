export type Shell = 'bash' | 'zsh' | 'fish';

/**
 * What a shell sources. Each asks the program that stands on the line, so that it offers what that very
 * version has: `completion words` prints a candidate a line, a tab and what it means; a line of one
 * tab asks for paths.
 */
export const scripts: Readonly<Record<Shell, string>> = {
  // Bash takes "=" for the end of a word: what stands before it must not be given again.
  bash: `_affekt() {
  local IFS=$'\\n' line before current=\${COMP_WORDS[COMP_CWORD]}
  local typed=\${COMP_LINE:0:COMP_POINT}
  local words
  IFS=' ' read -ra words <<< "$typed"
  [[ $typed == *' ' ]] && words+=('')
  local last=\${words[\${#words[@]}-1]}
  before=''
  [[ $last == *=* && $COMP_WORDBREAKS == *=* ]] && before=\${last%"\${last##*=}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == $'\\t' ]]; then
      compopt -o filenames
      COMPREPLY+=($(compgen -f -- "$current"))
      continue
    fi
    line=\${line%%$'\\t'*}
    [[ $line == *[./=] ]] && compopt -o nospace
    COMPREPLY+=("\${line#"$before"}")
  done < <("\${words[0]}" completion words -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _affekt affekt
`,
  zsh: `#compdef affekt
_affekt() {
  local line word
  local -a open closed
  while IFS= read -r line; do
    if [[ $line == $'\\t' ]]; then
      _files
      continue
    fi
    word=\${line%%$'\\t'*}
    if [[ $word == *[./=] ]]; then open+=("$word"); else closed+=("$word"); fi
  done < <("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#open} )) && compadd -S '' -- "\${open[@]}"
  (( \${#closed} )) && compadd -- "\${closed[@]}"
}
compdef _affekt affekt
`,
  fish: `function __affekt_words
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] completion words -- $words[2..] 2>/dev/null)
    if test "$line" = \\t
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c affekt -f -a '(__affekt_words)'
`,
};
