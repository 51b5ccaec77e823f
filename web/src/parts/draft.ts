/** What somebody fills in, kept in this tab until it is sent: no reload and no way elsewhere loses it. */

import { useEffect, useState } from "react";
import { useSession } from "../api/session";

const KEPT = "pasture.draft.";

interface Draft<T> {
  value: T;
  put: (change: (before: T) => T) => void;
  /** Whether it was begun before this page was opened. */
  isOld: boolean;
  /** Throw it away, and begin again. */
  afresh: () => void;
  /** It was sent: nothing is to be kept. */
  sent: () => void;
}

/** State like `useState`; `name` says of what, so that another form has another draft. */
export function useDraft<T extends object>(name: string, first: T): Draft<T> {
  const session = useSession();
  const key = `${KEPT}${session.data?.user ?? ""}.${name}`;
  const [begun] = useState(first);
  const [old] = useState(() => keptLike(first, sessionStorage.getItem(key)));
  const [isOld, setOld] = useState(old !== null);
  const [value, setValue] = useState(old ?? first);
  useEffect(() => {
    if (value !== begun && value !== old) sessionStorage.setItem(key, JSON.stringify(value));
  }, [key, value, begun, old]);
  const sent = () => sessionStorage.removeItem(key);
  const afresh = () => {
    sent();
    setOld(false);
    setValue(begun);
  };
  return { value, put: setValue, isOld, afresh, sent };
}

/** What was kept, if it has the parts that it is to have: another version may have kept it. */
export function keptLike<T extends object>(first: T, text: string | null): T | null {
  if (text === null) return null;
  const kept: unknown = JSON.parse(text);
  const parts = (of: object) => Object.keys(of).sort().join();
  const isLike = typeof kept === "object" && kept !== null && parts(kept) === parts(first);
  return isLike ? (kept as T) : null;
}

/** Whoever logs out leaves nothing behind. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
  }
}
