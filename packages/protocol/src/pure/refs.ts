/** Whether `text` names one commit and always will: 40 lowercase hexadecimal characters. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/**
 * Whether `text` can be a branch or tag of a request: `main`, `v1.2.0`, `refs/heads/fix/42`. Narrower than git
 * (https://git-scm.com/docs/git-check-ref-format): ASCII, and nothing that a shell or a log could take for something
 * else. What looks like a commit is none.
 */
export function isRef(text: string): boolean {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._/@+=,#%-]*$/.test(text)) return false;
  return !/\.\.|\/\/|\/\.|\.\/|\.lock(\/|$)|[./]$|^[0-9a-fA-F]{40}$/.test(text);
}
