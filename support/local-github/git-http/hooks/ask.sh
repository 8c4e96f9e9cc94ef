# What all hooks here have in common: they put a question to the local GitHub on descriptor 3, say what it answers on
# descriptor 4, and accept or decline. `$hook` is the name of the hook, the arguments are the question.

case " $LOCAL_GITHUB_HOOKS " in
  *" $hook "*) ;;
  *) exit 0 ;;
esac

printf '%s\n' "$hook $*" >&3
while IFS= read -r line <&4; do
  case $line in
    accept) exit 0 ;;
    decline) exit 1 ;;
    *) printf '%s\n' "${line#say:}" >&2 ;;
  esac
done
exit 1
