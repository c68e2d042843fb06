/** Texts that programs read; made, so that there are as many as wanted. */

const SUBJECTS = [
  "The quick brown fox",
  "A lazy dog",
  "Every honest machine",
  "The old book",
  "Nobody of them",
];
const VERBS = ["jumps over", "counts", "remembers", "looks for", "compresses"];
const OBJECTS = ["the lazy dog", "all of its instructions", "a good quiz", "the same bytes", "naïve 漢字"];

/** Prose of `lines` lines, the same each time. */
export function prose(lines: number): string {
  let state = 1;
  const pick = (list: readonly string[]) => {
    state = (state * 48271) % 2147483647;
    return list[state % list.length];
  };
  return Array.from(
    { length: lines },
    (_, line) =>
      `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} and ${pick(VERBS)} ${pick(OBJECTS)} ${line}`,
  ).join("\n");
}

/** A JSON text of about `entries` * 100 bytes. */
export function json(entries: number): string {
  const list = Array.from({ length: entries }, (_, index) => ({
    id: index,
    name: `entry "${index}"\n`,
    share: index / 7,
    tiny: 1.5e-8 * index,
    tags: index % 3 ? ["a", "b\\c", []] : null,
    nested: { is_even: index % 2 === 0, deeper: { value: -index } },
  }));
  return JSON.stringify({ list, end: {} });
}

/** Prints a long greeting, with loops in loops. */
export const BRAINFUCK =
  "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++." +
  ">>++++++++++[>++++++++++[>++++++++++[>++++++++++[>+<-]<-]<-]<-]";
