using Loragate.Artifacts.Adapters;

namespace Loragate.MergeEngine;

/// <summary>The adapters of a request, open until disposed.</summary>
internal sealed class OpenAdapters : IDisposable
{
    private readonly List<(PeftAdapter Adapter, double Weight)> _weighted = [];

    public OpenAdapters(IEnumerable<WeightedAdapter> adapters, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var adapter in adapters)
                _weighted.Add((PeftAdapter.Open(adapter.Folder, cancellationToken), adapter.Weight));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<(PeftAdapter Adapter, double Weight)> Weighted => _weighted;

    public void Dispose() => _weighted.ForEach(a => a.Adapter.Dispose());
}
