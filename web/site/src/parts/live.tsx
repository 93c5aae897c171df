// What a live stack shows: that it is one, and whose machine is to answer.

/** Says whose machine is to answer, and turns it off. */
export function LiveBadge({ developer, turnOff }: { developer: string; turnOff: () => void }) {
  return (
    <button
      type="button"
      className="live"
      data-testid="live"
      aria-label={`Live: ${developer}, turn off`}
      onClick={turnOff}
    >
      Live: {developer} ×
    </button>
  );
}

/** Says that answers may not come from the deployed code. */
export function LiveFooter({ developer }: { developer: string | undefined }) {
  return (
    <footer className="site-footer">
      <p role="status" data-testid="live-notice">
        {developer === undefined
          ? "This stack is live: answers may come from a developer’s machine."
          : `This stack is live: answers may come from the machine of ${developer}.`}
      </p>
    </footer>
  );
}
