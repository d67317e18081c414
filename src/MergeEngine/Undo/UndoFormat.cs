namespace Loragate.MergeEngine.Undo;

/// <summary>Names inside a merged folder and its side-car (docs/formats/undo.v1.md).</summary>
public static class UndoFormat
{
    /// <summary>The sub-folder of a merged checkpoint that holds loragate's own files.</summary>
    public const string Folder = "loragate";

    /// <summary>The receipt, in <see cref="Folder"/>.</summary>
    public const string ReceiptFile = "receipt.json";

    /// <summary>The receipt's checksum, in <see cref="Folder"/>.</summary>
    public const string ChecksumFile = "receipt.sha256";

    /// <summary>The proof of an unmerge, in <see cref="Folder"/> of the restored folder.</summary>
    public const string UnmergeReceiptFile = "unmerge-receipt.json";

    /// <summary>The side-car, in <see cref="Folder"/>.</summary>
    public const string File = "undo.safetensors";

    /// <summary>The sub-folder of <see cref="Folder"/> that keeps what earlier merges left, each under its number from 1 on.</summary>
    public const string Earlier = "earlier";

    internal const string Adapters = "adapters";
    internal const string Originals = "original";
    internal const string Bits = "bits/";
    internal const string Factors = "factor/";
    internal const string Headers = "header/";
    internal const string Format = "loragate.undo/1";

    /// <summary>The <c>__metadata__</c> of the side-car.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string> { ["format"] = Format };
}
