/** Arguments as a POSIX shell takes them, with the program in front. */
export function commandLine(argv: readonly string[]): string {
  return ['affekt', ...argv.map(quote)].join(' ');
}

function quote(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./~-]+$/.test(argument)
    ? argument
    : `'${argument.replaceAll("'", `'\\''`)}'`;
}
