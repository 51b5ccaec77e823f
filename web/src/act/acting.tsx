/** Does what was chosen, or asks first; and the words for it. */

import type { TFunction } from "i18next";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { stateWord, verbWord } from "../words/say";
import { type Act, type Named, nameOf, type Reason, type Target } from "./acts";
import { Confirm } from "./confirm";
import { useRunAll } from "./run";

interface Acting {
  /** With several targets it is one task that has a result for each. */
  begin: (targets: readonly Target[]) => void;
  dialog: ReactNode;
}

export function useActing(onBegun: () => void = nothing): Acting {
  const { t } = useTranslation();
  const runAll = useRunAll();
  const [asking, setAsking] = useState<readonly Target[]>([]);
  const go = (changes: Parameters<typeof runAll>[0]) => {
    setAsking([]);
    runAll(changes);
    onBegun();
  };
  const begin = (targets: readonly Target[]) => {
    if (targets.some(({ act }) => act.asks)) setAsking(targets);
    else go(targets.map(({ act }) => act.change));
  };
  const [first] = asking;
  const dialog = first && (
    <Confirm
      targets={asking}
      word={verbWord(t, first.row.type, first.act.verb)}
      onGo={go}
      onClose={() => setAsking([])}
    />
  );
  return { begin, dialog };
}

const nothing = () => undefined;

export function actWord(t: TFunction, row: Named, act: Act): string {
  return verbWord(t, row.type, act.verb);
}

/** Why something cannot be done with a row now; null: it can. */
export function reasonWord(t: TFunction, row: Named, reason: Reason | null): string | null {
  if (reason === null) return null;
  return t(`act.${reason}`, { state: stateWord(t, row.state), name: nameOf(row) });
}
