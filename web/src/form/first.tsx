/** What the form asks for at first: enough to have something run and be reached. */

import { Autocomplete, Checkbox, Group, NumberInput, TextInput } from "@mantine/core";
import type { ClipboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useById } from "../live/live";
import { BELOW, useFilling } from "./context";
import { type Pasted, pastedRun } from "./docker";
import { type Form, MOST, nameFor } from "./fields";
import { Ports } from "./ports";

const PAIR = { grow: true, align: "flex-start", wrap: "wrap", preventGrowOverflow: false } as const;

export function First({ onPaste }: { onPaste: (filled: Pasted) => void }) {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const isService = form.kind === "service";
  const stack = useStackName();
  const example = `${stack || "…"}-${form.name || "…"}-1`;
  const take = (event: ClipboardEvent) => {
    const filled = pastedRun(event.clipboardData.getData("text"), form.kind);
    if (filled === null) return;
    event.preventDefault();
    onPaste(filled);
  };
  return (
    <>
      <TextInput
        label={t("service.image")}
        description={t("service.image_hint")}
        inputWrapperOrder={BELOW}
        required
        data-autofocus
        placeholder="nginx:1.27"
        value={form.image}
        error={error("image")}
        onChange={(event) => put(withImage(form, event.currentTarget.value))}
        onPaste={take}
      />
      <Group {...PAIR}>
        <TextInput
          label={t("service.name")}
          description={isService ? t("service.name_hint", { example }) : t("container.name_hint")}
          inputWrapperOrder={BELOW}
          required={isService}
          miw={220}
          value={form.name}
          error={error("name")}
          onChange={(event) => put({ name: event.currentTarget.value.trim() })}
        />
        {isService && <StackField />}
      </Group>
      {isService && <ScaleFields />}
      <Ports />
    </>
  );
}

/** A service is named after its image until somebody names it. */
function withImage(form: Form, image: string): Partial<Form> {
  const isOurs = form.name === "" || form.name === nameFor(form.image);
  return form.kind === "service" && isOurs ? { image, name: nameFor(image) } : { image };
}

function useStackName(): string {
  const { form } = useFilling();
  return useById("stack").get(form.stackId)?.name ?? form.newStack;
}

/** A stack that is there, or the name of one to make. */
function StackField() {
  const { t } = useTranslation();
  const { put, error } = useFilling();
  const stacks = [...useById("stack").values()];
  const named = (name: string) =>
    stacks.find((stack) => stack.name.toLowerCase() === name.toLowerCase());
  const name = useStackName();
  const isNew = name !== "" && named(name) === undefined;
  const choose = (text: string) => {
    const found = named(text.trim());
    put({ stackId: found?.id ?? "", newStack: text.trim() });
  };
  return (
    <Autocomplete
      label={t("service.stack")}
      description={t(isNew ? "service.stack_new" : "service.stack_hint")}
      inputWrapperOrder={BELOW}
      required
      miw={220}
      data={stacks.map((stack) => stack.name)}
      value={name}
      error={error("stack")}
      onChange={choose}
    />
  );
}

function ScaleFields() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <Group align="flex-start">
      <NumberInput
        label={t("service.scale")}
        description={t("service.scale_hint")}
        inputWrapperOrder={BELOW}
        min={0}
        max={MOST}
        allowDecimal={false}
        w={220}
        disabled={form.isGlobal}
        value={form.scale}
        error={error("scale")}
        onChange={(scale) => put({ scale: scale === "" ? "" : Number(scale) })}
      />
      <Checkbox
        mt={32}
        label={t("service.global")}
        checked={form.isGlobal}
        onChange={(event) => put({ isGlobal: event.currentTarget.checked })}
      />
    </Group>
  );
}
