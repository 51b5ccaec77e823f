/** The form that is filled in, for its parts; and the plain fields that they are made of. */

import { Checkbox, NumberInput, Textarea, TextInput } from "@mantine/core";
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Amount, Form } from "./fields";

export interface Filling {
  form: Form;
  put: (more: Partial<Form>) => void;
  /** What is wrong with a field, in words; a row of a field is named ports.0.inside. */
  error: (field: string) => string | undefined;
}

export const FillingContext = createContext<Filling | null>(null);

export function useFilling(): Filling {
  const filling = useContext(FillingContext);
  if (filling === null) throw new Error("only inside the form");
  return filling;
}

export const BELOW = ["label", "input", "description", "error"] as (
  | "label"
  | "input"
  | "description"
)[];

type Of<V> = {
  [K in keyof Form]: Form[K] extends V ? (V extends Form[K] ? K : never) : never;
}[keyof Form];
type Text = Exclude<Of<string>, "name" | "image" | "stackId" | "newStack">;

/** A line of text with the words of its field. */
export function TextField({ name }: { name: Exclude<Text, "devices" | "extraHosts"> }) {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <TextInput
      label={t(`more.${name as "user"}`)}
      description={t(`more.${name as "user"}_hint`)}
      inputWrapperOrder={BELOW}
      miw={200}
      value={form[name]}
      error={error(name)}
      onChange={(event) => put({ [name]: event.currentTarget.value })}
    />
  );
}

/** Lines of text, one thing each. */
export function LinesField({ name }: { name: "devices" | "extraHosts" }) {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <Textarea
      label={t(`more.${name}`)}
      description={t(`more.${name}_hint`)}
      inputWrapperOrder={BELOW}
      autosize
      minRows={1}
      value={form[name]}
      error={error(name)}
      onChange={(event) => put({ [name]: event.currentTarget.value })}
    />
  );
}

type AmountName = Of<Amount>;

export function AmountField({ name, step }: { name: AmountName; step: number }) {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <NumberInput
      label={t(`more.${name as "cpus"}`)}
      placeholder={t("more.no_limit")}
      miw={200}
      step={step}
      value={form[name]}
      error={error(name)}
      onChange={(value) => put({ [name]: value === "" ? "" : Number(value) })}
    />
  );
}

type SwitchName = Exclude<Of<boolean>, "isGlobal">;

export function SwitchField({ name }: { name: SwitchName }) {
  const { t } = useTranslation();
  const { form, put } = useFilling();
  return (
    <Checkbox
      label={t(`more.${name}`)}
      description={t(`more.${name}_hint`)}
      checked={form[name]}
      onChange={(event) => put({ [name]: event.currentTarget.checked })}
    />
  );
}
