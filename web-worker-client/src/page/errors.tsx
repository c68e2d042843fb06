import { signal } from "@preact/signals";
import { Component, type ComponentChildren } from "preact";

/** The last error that nobody caught. */
const page_error = signal<string | null>(null);

/** Shows uncaught errors instead of losing them in the console. */
export function reportPageErrors(): void {
  addEventListener("error", (event) => {
    page_error.value = event.message;
  });
  addEventListener("unhandledrejection", (event) => {
    page_error.value = String(event.reason);
  });
}

/** A line at the top while something has gone wrong; the page below goes on. */
export function ErrorLine() {
  if (page_error.value === null) return null;
  return (
    <p class="error-line" role="alert">
      <span>Something in this page went wrong: {page_error.value}</span>
      <button type="button" class="quiet" onClick={() => location.reload()}>
        Reload
      </button>
    </p>
  );
}

/** Keeps a fault in one part of the page from blanking the rest. */
export class Guard extends Component<{ children: ComponentChildren }, { message: string | null }> {
  override state = { message: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ message: String(error) });
  }

  override render() {
    if (this.state.message === null) return this.props.children;
    return <p class="error-line">This part of the page could not be shown: {this.state.message}</p>;
  }
}
