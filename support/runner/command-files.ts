/** `name=value` lines and `name<<DELIMITER` blocks, as the runner reads them; the last value of a name counts. */
export function readCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    if (block?.[1] !== undefined && block[2] !== undefined) {
      const end = lines.indexOf(block[2], index + 1);
      if (end === -1) throw new Error(`a block of a command file is not closed: ${line}`);
      values[block[1]] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (line !== '') {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`not a line of a command file: ${line}`);
      values[name] = value;
    }
  }
  return values;
}

/** Errors, warnings and notices in a log, as the runner shows them. */
export function annotationsIn(stdout: string): { level: string; message: string }[] {
  return [...stdout.matchAll(/^::(error|warning|notice)(?: [^\n]*?)?::(.*)$/gm)].map(
    ([, level = '', message = '']) => ({
      level,
      message: message.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%25/g, '%'),
    }),
  );
}
