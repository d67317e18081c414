using Loragate.Artifacts.Adapters;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>Saved bottlenecks, live: see <see cref="BottleneckChange"/>.</summary>
internal sealed class AttachedBottleneck(PeftAdapter adapter, Device device) : Attachment
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<Tensor> _tensors = [];

    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        var name = $"{AdapterKey.Prefix}{path}.";
        if (adapter.Weights.Find(name + BottleneckFormat.DownBias)?.Shape is not [var size])
            return null;
        var rows = weight.shape[0];
        return new BottleneckChange
        {
            Down = Read(name + BottleneckFormat.Down, size, rows),
            DownBias = Read(name + BottleneckFormat.DownBias, size),
            Up = Read(name + BottleneckFormat.Up, rows, size),
            UpBias = Read(name + BottleneckFormat.UpBias, rows),
        };
    }

    public override void RefuseUnused() => AdapterTensors.RefuseUnused(adapter, _used);

    protected override void Dispose(bool disposing) => _tensors.ForEach(t => t.Dispose());

    private Tensor Read(string name, params long[] shape)
    {
        _used.Add(name);
        _tensors.Add(AdapterTensors.Require(adapter, name, shape, device));
        return _tensors[^1];
    }
}
