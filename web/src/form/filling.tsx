/** The form itself: what is needed at first, the rest folded; nothing that was filled in is lost. */

import { Alert, Button, Card, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { Same } from "../act/same";
import { ApiError } from "../api/http";
import { useById, useProject } from "../live/live";
import { useDraft } from "../parts/draft";
import { Head } from "../parts/page";
import { Trouble } from "../parts/trouble";
import { errorWord } from "../words/say";
import { asCommand } from "./commandline";
import { FillingContext } from "./context";
import { asChanges, useCreate } from "./create";
import type { Pasted } from "./docker";
import { type Form, MOST } from "./fields";
import { First } from "./first";
import { Parts } from "./parts";
import { LONGEST_NAME, problems } from "./problems";
import { mends, refusedField, type Section, sectionsWith } from "./sections";

export function Filling({ first }: { first: Form }) {
  const { t } = useTranslation();
  const project = useProject();
  const { search } = useLocation();
  const draft = useDraft(`${project}.${first.kind}${search}`, first);
  const form = draft.value;
  const [pasted, setPasted] = useState<Pasted | null>(null);
  const creating = useCreate(form, draft.sent);
  const checked = useChecked(form, creating.error);
  const put = (more: Partial<Form>) => {
    draft.put((before) => ({ ...before, ...more }));
    if (checked.refused && mends(Object.keys(more), checked.refused)) creating.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (checked.check()) creating.mutate(undefined, { onError: checked.show });
  };
  const paste = (filled: Pasted) => {
    const { stackId, newStack, scale } = form;
    put({ ...filled.form, stackId, newStack, scale });
    setPasted(filled);
  };
  const title = t(form.kind === "service" ? "service.add" : "container.add");
  return (
    <FillingContext value={{ form, put, error: checked.error }}>
      <Head title={title} name={title} />
      <Card withBorder maw={820} component="form" onSubmit={submit} noValidate ref={checked.ref}>
        <Stack>
          <Notes draft={draft} pasted={pasted} form={form} />
          <First onPaste={paste} />
          <Parts open={checked.open} onOpen={checked.setOpen} wrong={checked.wrong} />
          <Kept form={form} onDrop={() => put({ kept: {} })} />
          {creating.isError && <Trouble error={creating.error} />}
          <Group>
            <Button type="submit" loading={creating.isPending}>
              {t("form.create")}
            </Button>
          </Group>
          <SameByOthers form={form} />
        </Stack>
      </Card>
    </FillingContext>
  );
}

/** What is wrong, said once somebody tried; each try opens what has it, and leads to the first. */
function useChecked(form: Form, failure: unknown) {
  const { t } = useTranslation();
  const [tries, setTries] = useState(0);
  const [open, setOpen] = useState<Section[]>([]);
  const ref = useRef<HTMLFormElement & HTMLDivElement>(null);
  const found = problems(form);
  const refused = failure instanceof ApiError ? refusedField(failure) : null;
  const wrong = [...(tries > 0 ? Object.keys(found) : []), ...(refused ? [refused] : [])];
  const show = (names: readonly string[]) => {
    setOpen((before) => [...new Set([...before, ...sectionsWith(names)])]);
    setTries((before) => before + 1);
  };
  useEffect(() => {
    if (tries > 0) ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [tries]);
  return {
    open,
    setOpen,
    ref,
    wrong,
    refused,
    error: (field: string) => {
      if (refused === field) return errorWord(t, failure);
      const problem = tries > 0 ? found[field] : undefined;
      if (problem === undefined || problem === "bad_key") return undefined; // the rows say it
      return t(`form.${problem}`, {
        min: field === "scale" ? 0 : 1,
        max: field === "scale" ? MOST : LONGEST_NAME,
      });
    },
    check: () => {
      show(Object.keys(found));
      return Object.keys(found).length === 0;
    },
    show: (error: unknown) => {
      const field = error instanceof ApiError ? refusedField(error) : null;
      if (field) show([field]);
    },
  };
}

interface NotesProps {
  draft: { isOld: boolean; afresh: () => void };
  pasted: Pasted | null;
  form: Form;
}

/** What there is to know before filling in. */
function Notes({ draft, pasted, form }: NotesProps) {
  const { t } = useTranslation();
  const hosts = useById("host");
  const isHostless = ![...hosts.values()].some((host) => host.state === "active");
  return (
    <>
      {isHostless && (
        <Alert color="orange" variant="light">
          {t("service.no_hosts")}
        </Alert>
      )}
      {draft.isOld && (
        <Alert variant="light" color="gray" role="status">
          <Group justify="space-between">
            <Text size="sm">{t("form.draft")}</Text>
            <Button size="xs" variant="default" onClick={draft.afresh}>
              {t("form.afresh")}
            </Button>
          </Group>
        </Alert>
      )}
      {pasted && (
        <Alert
          variant="light"
          color={pasted.left.length > 0 ? "orange" : "blue"}
          title={t("form.pasted")}
          role="status"
        >
          {pasted.left.length > 0 && (
            <>
              {t("form.pasted_left")} <code>{pasted.left.join("  ")}</code>
            </>
          )}
          {pasted.left.length === 0 && t("form.pasted_all", { image: form.image })}
        </Alert>
      )}
    </>
  );
}

/** Says what is sent along though no field shows it. */
function Kept({ form, onDrop }: { form: Form; onDrop: () => void }) {
  const { t } = useTranslation();
  const names = Object.keys(form.kept);
  if (names.length === 0) return null;
  return (
    <Group justify="space-between">
      <Text size="sm">
        {t("form.kept")} <code>{names.join(", ")}</code>
      </Text>
      <Button size="xs" variant="default" onClick={onDrop}>
        {t("form.kept_drop")}
      </Button>
    </Group>
  );
}

function SameByOthers({ form }: { form: Form }) {
  const project = useProject();
  const stacks = useById("stack");
  const hosts = useById("host");
  const host = hosts.get(form.hostId);
  const command = asCommand(form, {
    stack: stacks.get(form.stackId)?.name ?? form.newStack,
    host: host?.name ?? host?.hostname ?? form.hostId,
    shared: form.sharedId,
  });
  return <Same change={asChanges(form, project)} command={command} />;
}
