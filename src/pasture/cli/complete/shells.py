"""The shells' part of completion: each asks ``pasture completion words`` and offers the answer.

An answer is a line each: a word, a tab, what it is. Where there is none, files are offered.
"""

BASH = r"""# source <(pasture completion bash)
_pasture() {
    local line=${COMP_LINE:0:COMP_POINT} breaks= broken= candidate current
    local -a typed
    IFS=$' \t\n' read -ra typed <<< "$line"
    [[ $line == *[[:space:]] ]] && typed+=("")
    current=${typed[${#typed[@]}-1]}
    [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
    [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
    [[ -n $breaks ]] && broken=${current%"${current##*[$breaks]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        COMPREPLY+=("${candidate#"$broken"}")
        [[ $candidate == *[:=/] ]] && compopt -o nospace
    done < <("${typed[0]}" completion words -- "${typed[@]:1}" 2> /dev/null)
}
complete -o default -F _pasture pasture
"""
ZSH = r"""#compdef pasture
# source <(pasture completion zsh)
_pasture() {
    local line word found
    local -a ended open
    found=$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2> /dev/null)
    for line in "${(@f)found}"; do
        [[ -n $line ]] || continue
        word=${line%%$'\t'*}
        if [[ $word == *[:=/] ]]; then
            open+=("${word//:/\\:}:${line#*$'\t'}")
        else
            ended+=("${word//:/\\:}:${line#*$'\t'}")
        fi
    done
    (( $#ended )) && _describe -t words pasture ended
    (( $#open )) && _describe -t words pasture open -S ''
    (( $#ended + $#open )) || _files
}
compdef _pasture pasture
"""
FISH = r"""# pasture completion fish | source
function __pasture_words
    set -l typed (commandline -opc) (commandline -ct)
    set -l found ($typed[1] completion words -- $typed[2..-1] 2> /dev/null)
    if test (count $found) -gt 0
        string join \n -- $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c pasture -f -a '(__pasture_words)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
