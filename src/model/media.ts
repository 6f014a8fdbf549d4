import type { JSONObject, JSONValue } from '@lumino/coreutils';

const MEDIA =
  /^(image\/(?!svg\+xml)|audio\/|video\/|font\/|application\/(pdf|octet-stream|zip)$)/;

/** No image is smaller; a shorter value is somebody's text. */
const SMALLEST = 64;
const ENDS = /^[A-Za-z0-9+/=\s]*$/;

/** Whether both ends of a text are base64: the whole is not looked at, since it may be megabytes. As the file reader does. */
function looksEncoded(text: string): boolean {
  return (
    text.length >= SMALLEST &&
    ENDS.test(text.slice(0, SMALLEST)) &&
    ENDS.test(text.slice(-SMALLEST))
  );
}

/** A short hash of a text, to tell whether it changed; no protection of any kind. */
export function quickHash(text: string): string {
  let hash = 0x811c9dc5;
  const step = Math.max(1, Math.floor(text.length / 4096));
  for (let i = 0; i < text.length; i += step) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

function bundle(value: JSONObject): JSONObject {
  const result: JSONObject = {};
  for (const [mime, content] of Object.entries(value)) {
    const text = Array.isArray(content) ? content.join('') : content;
    result[mime] =
      MEDIA.test(mime) && typeof text === 'string' && looksEncoded(text)
        ? { $media: [text.length, quickHash(text)] }
        : content;
  }
  return result;
}

/** A cell without its images and other media: length and hash stand in their place. */
export function withoutMedia(cell: JSONObject): JSONObject {
  const result: JSONObject = { ...cell };
  if (Array.isArray(cell.outputs)) {
    result.outputs = cell.outputs.map((output): JSONValue => {
      const data = (output as JSONObject | null)?.data;
      return data
        ? { ...(output as JSONObject), data: bundle(data as JSONObject) }
        : output;
    });
  }
  if (cell.attachments) {
    const attachments: JSONObject = {};
    for (const [name, value] of Object.entries(
      cell.attachments as JSONObject
    )) {
      attachments[name] =
        value && typeof value === 'object' && !Array.isArray(value)
          ? bundle(value as JSONObject)
          : value;
    }
    result.attachments = attachments;
  }
  return result;
}
