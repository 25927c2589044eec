import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {MarginHeadConfig} from './marginHead';

type AgentConfig = Omit<MarginHeadConfig, 'targetLoss' | 'interClassFilter' | 'subCenters'>;

/** Checks the options of a head whose loss is not a function of the target's probability; its saved configuration has a target loss as every head's has, which is null. */
export function checkAgentOptions<T extends AgentConfig>(
  where: string,
  config: T,
  names: LayerOptionNames<Omit<NoInfer<T>, keyof AgentConfig>>,
): void {
  const shared: LayerOptionNames<AgentConfig> = {classes: true, weightsInitializer: true, seed: true};
  const saved = (config as MarginHeadConfig | null)?.targetLoss === null ? {targetLoss: false} : {};
  checkLayerOptions(where, config, {...shared, ...names, ...saved} as LayerOptionNames<T>);
}
