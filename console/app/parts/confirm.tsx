import { useEffect, useRef, useState } from 'preact/hooks';
import type { Intent } from '../api/actions.ts';
import { randomId } from '../model/ids.ts';

export type Confirmation = {
  /** The verb of the button: `Replay`. */
  readonly action: string;
  /** How many of what: `12 messages`. */
  readonly count: string;
  readonly target: string;
  /** What will be different afterwards, in a sentence. */
  readonly consequence: string;
  readonly isDangerous?: boolean;
  readonly run: (intent: Intent) => Promise<void>;
};

const REASON_LENGTH_MAX = 500;

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Props = { readonly confirmation: Confirmation; readonly onClose: () => void };

/** A second attempt after a failure goes under the same Idempotency-Key. */
const useAttempt = ({ confirmation, onClose }: Props) => {
  const [key] = useState(randomId);
  const [failure, setFailure] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const attempt = async (reason: string): Promise<void> => {
    setRunning(true);
    setFailure(undefined);
    try {
      await confirmation.run({ reason, key });
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setRunning(false);
    }
  };
  return { failure, isRunning, attempt };
};

/** Before every change: names how many of what, and the target, and demands a reason. */
export const ConfirmDialog = (props: Props) => {
  const { action, count, target, consequence, isDangerous = false } = props.confirmation;
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const reason = text.trim();
  const { failure, isRunning, attempt } = useAttempt(props);
  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={props.onClose}>
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(reason);
        }}
      >
        <h2 id="confirm-title">
          {action} {count} of {target}?
        </h2>
        <p>{consequence}</p>
        <label>
          Reason, for the audit
          <textarea
            required
            rows={2}
            maxLength={REASON_LENGTH_MAX}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        {failure === undefined ? null : (
          <p class="could-not-ask" role="alert">
            {failure}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={isRunning || reason === ''}>
            {action} {count}
          </button>
        </div>
      </form>
    </dialog>
  );
};
