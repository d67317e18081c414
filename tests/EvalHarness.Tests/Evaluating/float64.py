"""The log-likelihood of a text by a Llama of bfloat16 weights, in float64 and by NumPy alone: float64.py MODEL COUNT ID ID ... prints the sum over all ids but the first COUNT, which are the context."""
import json
import os
import struct
import sys

import numpy as np

folder, context, ids = sys.argv[1], int(sys.argv[2]), [int(word) for word in sys.argv[3:]]
config = json.load(open(os.path.join(folder, "config.json")))
weights = os.path.join(folder, "model.safetensors")
with open(weights, "rb") as file:
    length = struct.unpack("<Q", file.read(8))[0]
    header = json.loads(file.read(length))
data = np.memmap(weights, dtype=np.uint8, mode="r")[8 + length:]


def tensor(name):
    entry = header[name]
    assert entry["dtype"] == "BF16", name
    first, last = entry["data_offsets"]
    bits = np.frombuffer(data[first:last].tobytes(), dtype="<u2").astype(np.uint32) << 16
    return bits.view(np.float32).reshape(entry["shape"]).astype(np.float64)


def norm(x, weight):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + config["rms_norm_eps"]) * weight


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


count, heads, shared = len(ids), config["num_attention_heads"], config["num_key_value_heads"]
size = config["hidden_size"] // heads
angles = np.outer(np.arange(count), config["rope_theta"] ** (-np.arange(0, size, 2) / size))
cos, sin = (np.concatenate([f(angles), f(angles)], -1)[:, None] for f in (np.cos, np.sin))


def rotate(x):
    return x * cos + np.concatenate([-x[..., size // 2:], x[..., :size // 2]], -1) * sin


embeddings = tensor("model.embed_tokens.weight")
x = embeddings[ids]
for layer in range(config["num_hidden_layers"]):
    def linear(values, part):
        return values @ tensor(f"model.layers.{layer}.{part}.weight").T

    a = norm(x, tensor(f"model.layers.{layer}.input_layernorm.weight"))
    q = rotate(linear(a, "self_attn.q_proj").reshape(count, heads, size))
    k = rotate(linear(a, "self_attn.k_proj").reshape(count, shared, size)).repeat(heads // shared, 1)
    v = linear(a, "self_attn.v_proj").reshape(count, shared, size).repeat(heads // shared, 1)
    scores = np.where(np.tril(np.ones((count, count), bool)), np.einsum("ihd,jhd->hij", q, k) / np.sqrt(size), -np.inf)
    x = x + linear(np.einsum("hij,jhd->ihd", softmax(scores), v).reshape(count, -1), "self_attn.o_proj")
    a = norm(x, tensor(f"model.layers.{layer}.post_attention_layernorm.weight"))
    gate = linear(a, "mlp.gate_proj")
    x = x + linear(gate / (1 + np.exp(-gate)) * linear(a, "mlp.up_proj"), "mlp.down_proj")
logits = norm(x, tensor("model.norm.weight")) @ embeddings.T
logits -= logits.max(-1, keepdims=True)
likelihoods = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
print(repr(float(sum(likelihoods[i, ids[i + 1]] for i in range(context - 1, count - 1)))))
