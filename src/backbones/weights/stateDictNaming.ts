/** What a state dict calls a parameter; nothing for one that its network has not, such as the bias of a layer without one. */
export type StateDictNaming = (name: string) => string | undefined;
