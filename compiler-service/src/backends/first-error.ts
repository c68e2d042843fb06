import { LIMITS } from "../limits.ts";

const CHARS_MAX = 4 * LIMITS.failure_message_chars_max;

/** What a compiler says, from the first line that tells of an error: warnings come before it, and can be endless. */
export class FirstError {
  private text = "";
  private is_found = false;
  private last = "";

  add(text: string): void {
    this.last = (this.last + text).slice(-LIMITS.failure_message_chars_max);
    if (this.text.length > CHARS_MAX) return;
    this.text += text;
    if (this.is_found) return;
    const at = this.text.search(/\berror\b/i);
    this.is_found = at >= 0;
    this.text = this.text.slice(this.text.lastIndexOf("\n", this.is_found ? at : undefined) + 1);
  }

  /** The error; the end of what was said where no line has that word; null where nothing was said. */
  message(): string | null {
    return (this.is_found ? this.text : this.last).trim() || null;
  }
}
