/** What an attached container writes: 1 is its standard output, 2 its standard error. */
export type Stream = 1 | 2;

/**
 * Reads the Docker API's multiplexed stream: frames of `[stream, 0, 0, 0, length as big-endian u32]` and as many bytes
 * (Docker Engine API, ContainerAttach). Pieces of a frame are passed on as they come, so nothing is held.
 */
export class FrameReader {
  private readonly header = Buffer.alloc(8);
  private header_bytes = 0;
  private left_bytes = 0;
  private readonly take: (stream: Stream, bytes: Buffer) => void;

  constructor(take: (stream: Stream, bytes: Buffer) => void) {
    this.take = take;
  }

  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.left_bytes === 0) {
        const copied = chunk.copy(this.header, this.header_bytes, at, at + 8 - this.header_bytes);
        at += copied;
        this.header_bytes += copied;
        if (this.header_bytes < 8) return;
        this.header_bytes = 0;
        this.left_bytes = this.header.readUInt32BE(4);
        continue;
      }
      const piece = chunk.subarray(at, at + this.left_bytes);
      at += piece.length;
      this.left_bytes -= piece.length;
      this.take(this.header[0] === 1 ? 1 : 2, piece);
    }
  }
}
