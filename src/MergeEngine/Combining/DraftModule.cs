namespace Loragate.MergeEngine.Combining;

/// <summary>One module of an adapter that is to be written.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="A">A, r × in.</param>
/// <param name="B">B, out × r.</param>
internal sealed record DraftModule(string Path, StoredFactor A, StoredFactor B)
{
    public int Rank => A.Values.Rows;
}
