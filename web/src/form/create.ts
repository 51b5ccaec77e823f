/** Sends a form: the stack first where it is a new one. */

import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { Change } from "../act/change";
import { useRun } from "../act/run";
import type { Stack } from "../api/generated";
import { ApiError, call, collectionPath } from "../api/http";
import { useProject } from "../live/live";
import type { Form } from "./fields";
import { given, givenContainer } from "./send";

export function useCreate(form: Form, onSent: () => void) {
  const project = useProject();
  const navigate = useNavigate();
  const { mutateAsync } = useRun({ isQuiet: true });
  return useMutation({
    mutationFn: async () => {
      const path = collectionPath(project, `${form.kind}s`);
      if (form.kind === "container") {
        return mutateAsync({ method: "POST", path, body: givenContainer(form) });
      }
      const stackId = form.stackId || (await stackOf(project, form.newStack));
      return mutateAsync({ method: "POST", path, body: given(form, stackId) });
    },
    onSuccess: async (made) => {
      onSent();
      if (made) await navigate(`/env/${project}/${form.kind}s/${made.id}`);
    },
  });
}

/** The stack of a name: a try that failed after making it finds it again. */
async function stackOf(project: string, name: string): Promise<string> {
  const path = collectionPath(project, "stacks");
  const query = new URLSearchParams({ name });
  const { data } = await call<{ data: Stack[] }>("GET", `${path}?${query}`);
  const found = data.find((stack) => stack.state !== "removing");
  if (found) return found.id;
  try {
    return (await call<Stack>("POST", path, { name })).id;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // its name is the service's stack, not the service's name
    throw new ApiError(error.status, error.code, error.message, "stackId", error.requestId);
  }
}

/** The same as requests; the id of a stack that is not there yet stands in the first's answer. */
export function asChanges(form: Form, project: string): Change[] {
  const path = collectionPath(project, `${form.kind}s`);
  if (form.kind === "container") return [{ method: "POST", path, body: givenContainer(form) }];
  const service: Change = { method: "POST", path, body: given(form, form.stackId || "STACK_ID") };
  if (form.stackId) return [service];
  const stack: Change = {
    method: "POST",
    path: collectionPath(project, "stacks"),
    body: { name: form.newStack },
  };
  return [stack, service];
}
