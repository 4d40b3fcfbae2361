/** The objects of a stream of JSON lines, as they arrive; an unfinished last line counts when the stream ends. */
export const readLines = async function* (chunks: AsyncIterable<string>): AsyncGenerator {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as unknown;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as unknown;
};
