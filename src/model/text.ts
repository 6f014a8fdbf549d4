/** The UTF-16 index of a code point in a text: an emoji is one of the one and two of the other. */
export function utf16Index(text: string, codePoint: number): number {
  let index = 0;
  for (let point = 0; point < codePoint && index < text.length; point++) {
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return index;
}
