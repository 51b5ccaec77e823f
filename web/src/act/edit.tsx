/** Changes a few fields of something; what somebody else changes meanwhile is shown, never lost. */

import { Alert, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, selfOf } from "../api/http";
import { useProject, useRow } from "../live/live";
import type { Row } from "../live/patch";
import { useDraft } from "../parts/draft";
import { Icon } from "../parts/icons";
import { Trouble } from "../parts/trouble";
import { type Named, nameOf } from "./acts";
import type { Change } from "./change";
import { type LabelMap, Labels, labelsText } from "./labels";
import { conflicts, type Edits, type Fields, given, kept, theirs, toSend, valuesOf } from "./merge";
import { show, useRun } from "./run";
import { Same } from "./same";

type Field = "name" | "description" | "scale" | "labels";
const EDITED: Record<string, readonly Field[]> = {
  container: ["name", "description"],
  account: ["name", "description"],
  host: ["name", "description", "labels"],
  project: ["name", "description"],
  service: ["name", "description", "scale"],
  stack: ["name", "description"],
};

export function isEdited(type: string): boolean {
  return type in EDITED;
}

/** What is filled in of a row that may change meanwhile; `fields`: those that can be edited. */
export function useEdits<R extends Named>(row: R, fields: (row: R) => Fields) {
  const project = useProject();
  const client = useQueryClient();
  const run = useRun({ isQuiet: true });
  const live = useRow(row.type as "service", row.id);
  const now = fields((live.data as unknown as R | null | undefined) ?? row);
  const [first] = useState(now);
  const draft = useDraft<Edits>(`${project}.edit.${row.id}`, { mine: {}, seen: first });
  const edits = draft.value;
  const change: Change = {
    method: "PUT",
    path: selfOf(row),
    body: toSend(edits, now),
    about: { verb: "edit", type: row.type, id: row.id, name: nameOf(row) },
  };
  /** Sends what was changed here; false: somebody else was faster, which is to be looked at. */
  const send = async (): Promise<boolean> => {
    const fresh = await call<R & Row>("GET", selfOf(row));
    show(client, project, fresh);
    if (conflicts(edits, fields(fresh)).length > 0) return false;
    const body = toSend(edits, fields(fresh));
    if (Object.keys(body).length > 0) await run.mutateAsync({ ...change, body });
    draft.sent();
    return true;
  };
  return {
    now,
    values: valuesOf(edits, now),
    conflicts: conflicts(edits, now),
    theirs: theirs(edits, now),
    isGone: live.data === null,
    isOld: draft.isOld && Object.keys(edits.mine).length > 0,
    put: (more: Fields) =>
      draft.put((before) => ({ ...before, mine: { ...before.mine, ...more } })),
    keep: (name: string) => draft.put((before) => kept(before, name, now)),
    give: (name: string) => draft.put((before) => given(before, name, now)),
    afresh: draft.afresh,
    change,
    send,
  };
}

interface Props {
  row: Named;
  onClose: () => void;
}

export function Edit({ row, onClose }: Props) {
  const { t } = useTranslation();
  const names = EDITED[row.type] ?? [];
  const edits = useEdits(row, (one) =>
    Object.fromEntries(names.map((name) => [name, (one as unknown as Fields)[name]])),
  );
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const [isRight, setRight] = useState(true);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setError(null);
    try {
      if (await edits.send()) onClose();
    } catch (failed) {
      setError(failed);
    } finally {
      setSending(false);
    }
  };
  const isHeld = edits.conflicts.length > 0 || edits.isGone || !isRight;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("edit.title", { name: nameOf(row) })}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {edits.isOld && <OldDraft onAfresh={edits.afresh} />}
          {edits.isGone && <Alert color="orange">{t("edit.gone")}</Alert>}
          {names.map((name) => (
            <Input
              key={name}
              name={name}
              value={edits.values[name]}
              onChange={(value) => edits.put({ [name]: value })}
              onRight={setRight}
            />
          ))}
          <Meanwhile
            edits={edits}
            label={(name) => t(`edit.fields.${name as Field}`)}
            text={textOf}
          />
          {error !== null && <Trouble error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("confirm.cancel")}
            </Button>
            <Button type="submit" loading={isSending} disabled={isHeld}>
              {t("edit.save")}
            </Button>
          </Group>
        </Stack>
      </form>
      <Same change={edits.change} command={null} api={selfOf(row)} />
    </Modal>
  );
}

function OldDraft({ onAfresh }: { onAfresh: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t("edit.draft")}
      </Text>
      <Button size="compact-xs" variant="default" onClick={onAfresh}>
        {t("edit.afresh")}
      </Button>
    </Group>
  );
}

interface InputProps {
  name: Field;
  value: unknown;
  onChange: (value: string | number | LabelMap | null) => void;
  onRight: (isRight: boolean) => void;
}

function Input({ name, value, onChange, onRight }: InputProps) {
  const { t } = useTranslation();
  const label = t(`edit.fields.${name}`);
  if (name === "labels") {
    const labels = value as LabelMap;
    return <Labels legend={label} value={labels} onChange={onChange} onRight={onRight} />;
  }
  if (name === "scale") {
    const take = (next: string | number) => typeof next === "number" && onChange(next);
    return (
      <NumberInput
        label={label}
        min={0}
        allowDecimal={false}
        value={value as number}
        onChange={take}
      />
    );
  }
  return (
    <TextInput
      label={label}
      value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return labelsText(value as LabelMap);
  return String(value ?? "");
}

interface MeanwhileProps {
  edits: ReturnType<typeof useEdits>;
  label: (field: string) => string;
  text: (value: unknown) => string;
}

/** What somebody else changed since the form was opened; where both did, one has to choose. */
export function Meanwhile({ edits, label, text }: MeanwhileProps) {
  const { t } = useTranslation();
  if (edits.theirs.length === 0) return null;
  return (
    <Alert color="orange" variant="light" icon={<Icon sign="warning" />} role="status">
      <Stack gap="xs">
        {edits.theirs.map((name) => {
          const now = text(edits.now[name]);
          if (!edits.conflicts.includes(name)) {
            return (
              <Text key={name} size="sm">
                {t("edit.meanwhile", { field: label(name), now })}
              </Text>
            );
          }
          const mine = text(edits.values[name]);
          return (
            <div key={name}>
              <Text size="sm">{t("edit.conflict", { field: label(name), now, mine })}</Text>
              <Group gap="xs" mt={4}>
                <Button size="compact-xs" variant="default" onClick={() => edits.give(name)}>
                  {t("edit.take", { now })}
                </Button>
                <Button size="compact-xs" variant="default" onClick={() => edits.keep(name)}>
                  {t("edit.keep", { mine })}
                </Button>
              </Group>
            </div>
          );
        })}
      </Stack>
    </Alert>
  );
}
