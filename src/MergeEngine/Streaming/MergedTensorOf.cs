using Loragate.Artifacts;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Streaming;

/// <summary>The line of the receipt for a tensor.</summary>
internal static class MergedTensorOf
{
    public static MergedTensor Describe(PlannedTensor tensor, Digest before, Digest after, Fidelity fidelity, long? undoBits)
    {
        var (module, delta, rank, scale) = tensor.Contributions switch
        {
            [] => ("", tensor.IsAdded ? "untied" : "convert", 0, 0),
            [var one] => (one.Delta.Module, one.Delta.Kind, one.Delta.Rank, one.Scale),
            var many => (many[0].Delta.Module, many.Select(c => c.Delta.Kind).Distinct().Count() == 1 ? many[0].Delta.Kind + "-sum" : "sum", many.Sum(c => c.Delta.Rank), 1),
        };
        return new MergedTensor(tensor.Output.Name, module, delta, rank, scale, before, after, fidelity, undoBits) { Source = tensor.IsAdded ? tensor.Source.Name : null };
    }
}
