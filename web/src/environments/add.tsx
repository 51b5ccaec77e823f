/** Makes an environment; whoever makes it owns it. */

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { type Change, quoted } from "../act/change";
import { useRun } from "../act/run";
import { Same } from "../act/same";
import { ApiError, collectionPath, EVERYWHERE } from "../api/http";
import { Make } from "../parts/make";
import { Trouble } from "../parts/trouble";
import { errorWord } from "../words/say";

export function AddEnvironment() {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Make type="project" word={t("environment.add")} onClick={() => setAdding(true)} />
      {isAdding && <Form onClose={() => setAdding(false)} />}
    </>
  );
}

const FIELDS = ["name", "description", "subnet"] as const;

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { project: here } = useParams();
  const navigate = useNavigate();
  const run = useRun({ isQuiet: true });
  const [wish, setWish] = useState({ name: "", description: "", subnet: "" });
  const given = FIELDS.map((field) => [field, wish[field].trim()] as const);
  const body = Object.fromEntries(given.filter(([, value]) => value));
  const change: Change = { method: "POST", path: collectionPath(EVERYWHERE, "projects"), body };
  const { error } = run;
  const at = (field: string) =>
    error instanceof ApiError && error.field === field && errorWord(t, error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate(change, {
      onSuccess: (made) => {
        onClose();
        if (made) void navigate(`/env/${here}/environments/${made.id}`);
      },
    });
  };
  const flags = given
    .filter(([field, value]) => field !== "name" && value)
    .map(([field, value]) => ` --${field} ${quoted(value)}`);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("environment.add")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      <form onSubmit={submit}>
        <Stack>
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`environment.${field}`)}
              description={field === "subnet" && t("environment.subnet_hint")}
              required={field === "name"}
              data-autofocus={field === "name" || undefined}
              value={wish[field]}
              error={at(field)}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setWish((before) => ({ ...before, [field]: value }));
              }}
            />
          ))}
          {run.isError && <Trouble error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={run.isPending}>
              {t("form.create")}
            </Button>
          </Group>
        </Stack>
      </form>
      <Same
        change={change}
        command={`pasture project create ${quoted(body.name ?? "")}${flags.join("")}`}
      />
    </Modal>
  );
}
