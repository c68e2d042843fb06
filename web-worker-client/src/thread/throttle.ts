/** `act`, at once the first time, and after that at most once per interval; a call in between is made up for at its end. */
export function atMostEvery(interval_ms: number, act: () => void): () => void {
  let resting = false;
  let owed = false;
  function call(): void {
    if (resting) {
      owed = true;
      return;
    }
    resting = true;
    owed = false;
    act();
    setTimeout(() => {
      resting = false;
      if (owed) call();
    }, interval_ms);
  }
  return call;
}
