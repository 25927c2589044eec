/** What is no tensor of plain numbers, by the functions that make it again: what a file has, and what to do. */
const kinds: [makers: string[], what: string, advice: string][] = [
  [
    ['core.multiarray._reconstruct', 'core.numeric._frombuffer'].flatMap(name => [
      `numpy.${name}`,
      `numpy._${name}`,
    ]),
    'NumPy arrays in place of tensors',
    `In Python, save tensors: torch.save({name: torch.as_tensor(array) for name, array in arrays.items()}, 'weights.pth').`,
  ],
  [
    ['torch._utils._rebuild_meta_tensor_no_storage'],
    'tensors without values, on the device meta',
    'Save the network after its weights are loaded.',
  ],
  [
    ['torch._utils._rebuild_sparse_tensor', 'torch._utils._rebuild_sparse_csr_tensor'],
    'sparse tensors',
    'In PyTorch, save them with all values: tensor.to_dense().',
  ],
  [
    ['torch._utils._rebuild_qtensor'],
    'quantized tensors',
    'In PyTorch, save the weights from before, or tensor.dequantize().',
  ],
  [
    ['torch._utils._rebuild_nested_tensor', 'torch._utils._rebuild_wrapper_subclass'],
    'tensors that consist of others',
    'In PyTorch, save plain ones: tensor.full_tensor() or tensor.to_padded_tensor(0).',
  ],
  [
    ['torch._utils._rebuild_device_tensor_from_numpy', 'torch._utils._rebuild_device_tensor_from_cpu_tensor'],
    'tensors of an accelerator',
    'In PyTorch, save them from the CPU: tensor.cpu().',
  ],
];

const byMaker = new Map(kinds.flatMap(([makers, ...kind]) => makers.map(maker => [maker, kind] as const)));

/**
 * Why a pickled object is no tensor that can be read: a NumPy array, a tensor without values, a sparse one.
 *
 * @param maker The function that makes it again.
 * @param name What the message calls it.
 * @returns The rest of a sentence that begins with the file's name; nothing for every other object.
 */
export function unreadableTensor(maker: string, name: string): string | undefined {
  const kind = byMaker.get(maker);
  return kind && `has ${kind[0]}, such as ${name}. ${kind[1]}`;
}
