import type { JSONObject, JSONValue } from '@lumino/coreutils';

const MEDIA =
  /^(image\/(?!svg\+xml)|audio\/|video\/|font\/|application\/(pdf|octet-stream|zip)$)/;

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
    if (MEDIA.test(mime) && content !== undefined) {
      const text = Array.isArray(content) ? content.join('') : String(content);
      result[mime] = { $media: [text.length, quickHash(text)] };
    } else {
      result[mime] = content;
    }
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
