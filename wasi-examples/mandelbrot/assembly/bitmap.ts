// A Windows bitmap (BITMAPINFOHEADER, 8 bits a pixel, a palette of greys): the image format with the least to it.

const HEADER_BYTES = 54;
const PALETTE_BYTES = 256 * 4;

/** @param pixels rows from the bottom up, `size` by `size` */
export function grayscaleBitmap(pixels: Uint8Array, size: i32): Uint8Array {
  const row = (size + 3) & ~3; // rows are padded to four bytes
  const start = HEADER_BYTES + PALETTE_BYTES;
  const file = new Uint8Array(start + row * size);
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x4d42, true); // "BM"
  view.setUint32(2, file.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, 40, true); // the second header's length
  view.setInt32(18, size, true);
  view.setInt32(22, size, true);
  view.setUint16(26, 1, true); // planes
  view.setUint16(28, 8, true); // bits a pixel
  view.setUint32(34, row * size, true);
  for (let grey = 0; grey < 256; grey++) view.setUint32(HEADER_BYTES + grey * 4, grey * 0x010101, true);
  for (let y = 0; y < size; y++) file.set(pixels.subarray(y * size, (y + 1) * size), start + y * row);
  return file;
}
