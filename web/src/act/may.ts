/** What one may do with types: the server's schemas tell, for the role that one has there. */

import { useQuery } from "@tanstack/react-query";
import { type Collection, call, collectionPath } from "../api/http";
import { useProject } from "../live/live";

interface Schema {
  id: string;
  collectionMethods: string[];
}

/** Whether one may make such a thing here; true until it is known. */
export function useMayCreate(type: string): boolean {
  const project = useProject();
  const { data } = useQuery({
    queryKey: ["schemas", project],
    queryFn: async () => {
      const path = collectionPath(project, "schemas");
      const { data } = await call<Collection<Schema>>("GET", path);
      return new Set(
        data.filter((one) => one.collectionMethods.includes("POST")).map(({ id }) => id),
      );
    },
    staleTime: 10 * 60_000,
  });
  return data?.has(type) ?? true;
}
