"""What rounding does to the log-likelihood of a text by a Llama of bfloat16 weights, by NumPy alone: rounding.py MODEL ORDERS COUNT ID ID ...

Prints the sum over all ids but the first COUNT, which are the context, in float64; and how far at most sums in float32 are from it, each of ORDERS times with the
hidden and the intermediate dimensions in another order: the same sums for a mathematician, others for whoever rounds.
"""
import json
import os
import struct
import sys

import numpy as np

folder, orders, context, ids = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(word) for word in sys.argv[4:]]
config = json.load(open(os.path.join(folder, "config.json")))
weights = os.path.join(folder, "model.safetensors")
with open(weights, "rb") as file:
    length = struct.unpack("<Q", file.read(8))[0]
    header = json.loads(file.read(length))
data = np.memmap(weights, dtype=np.uint8, mode="r")[8 + length:]
count, heads, shared = len(ids), config["num_attention_heads"], config["num_key_value_heads"]
size = config["hidden_size"] // heads


def tensor(name, dtype):
    entry = header[name]
    assert entry["dtype"] == "BF16", name
    first, last = entry["data_offsets"]
    bits = np.frombuffer(data[first:last].tobytes(), dtype="<u2").astype(np.uint32) << 16
    return bits.view(np.float32).reshape(entry["shape"]).astype(dtype)


def norm(x, weight):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + x.dtype.type(config["rms_norm_eps"])) * weight


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_likelihood(dtype, order):
    """order(n) puts n dimensions in their order."""
    hidden = order(config["hidden_size"])
    angles = np.outer(np.arange(count), config["rope_theta"] ** (-np.arange(0, size, 2) / size))
    cos, sin = (np.concatenate([f(angles), f(angles)], -1)[:, None].astype(dtype) for f in (np.cos, np.sin))

    def rotate(x):
        return x * cos + np.concatenate([-x[..., size // 2:], x[..., :size // 2]], -1) * sin

    embeddings = tensor("model.embed_tokens.weight", dtype)[:, hidden]
    x = embeddings[ids]
    for layer in range(config["num_hidden_layers"]):
        def part(name):
            return tensor(f"model.layers.{layer}.{name}.weight", dtype)

        def project(name, number):
            return (a @ part(name)[:, hidden].T).reshape(count, number, size)

        a = norm(x, part("input_layernorm")[hidden])
        q = rotate(project("self_attn.q_proj", heads)).transpose(1, 0, 2)
        k = rotate(project("self_attn.k_proj", shared)).repeat(heads // shared, 1).transpose(1, 2, 0)
        v = project("self_attn.v_proj", shared).repeat(heads // shared, 1).transpose(1, 0, 2)
        scores = np.where(np.tril(np.ones((count, count), bool)), q @ k / dtype(np.sqrt(size)), dtype(-np.inf))
        x = x + (softmax(scores) @ v).transpose(1, 0, 2).reshape(count, -1) @ part("self_attn.o_proj")[hidden].T
        a = norm(x, part("post_attention_layernorm")[hidden])
        inner = order(config["intermediate_size"])
        gate, up = (a @ part(name)[inner][:, hidden].T for name in ("mlp.gate_proj", "mlp.up_proj"))
        x = x + gate / (1 + np.exp(-gate)) * up @ part("mlp.down_proj")[hidden][:, inner].T
    logits = (norm(x, tensor("model.norm.weight", dtype)[hidden]) @ embeddings.T).astype(np.float64)
    logits -= logits.max(-1, keepdims=True)
    likelihoods = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return float(sum(likelihoods[i, ids[i + 1]] for i in range(context - 1, count - 1)))


exact = log_likelihood(np.float64, np.arange)
print(repr(exact), repr(max((abs(log_likelihood(np.float32, np.random.default_rng(seed).permutation) - exact) for seed in range(orders)), default=0.0)))
