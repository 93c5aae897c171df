import { Component, type ReactNode } from "react";

/** Shows a message in place of children that could not be rendered or loaded. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="notice" role="alert" data-testid="app-error" data-code="crashed">
        <strong>A part of this page failed</strong>
        <p>
          It could not be loaded or shown. The browser’s console has details. A new version may just have been
          published: reload the page.
        </p>
        <button type="button" className="quiet" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
}
