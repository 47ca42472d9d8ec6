/** The staging labels of each version that has any: `VersionIdsToStages` of DescribeSecret. */
export type StagingLabels = Readonly<Record<string, readonly string[]>>;

/** The version that carries a label, if any does. */
export function holderOf(labels: StagingLabels, label: string): string | undefined {
  return Object.keys(labels).find((versionId) => labels[versionId]?.includes(label));
}
