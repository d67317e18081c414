using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// The SHA-256 of a receipt in a file beside it, in the form of sha256sum. It shows damage to what no other file proves (a norm, a version);
/// who made the receipt, only a signature shows.
/// </summary>
internal static class ReceiptChecksum
{
    /// <summary>Writes the receipt and its checksum into an output's own folder.</summary>
    public static void Write(string own, byte[] receipt)
    {
        AtomicFile.Write(Path.Combine(own, UndoFormat.ReceiptFile), receipt);
        AtomicFile.Write(Path.Combine(own, UndoFormat.ChecksumFile), LineOf(Digest.Of(receipt)));
    }

    /// <summary>Holds a receipt file against its checksum.</summary>
    /// <exception cref="IntegrityException">The checksum is missing or another one.</exception>
    public static void Check(string own)
    {
        var path = Path.Combine(own, UndoFormat.ChecksumFile);
        if (!File.Exists(path))
            throw new IntegrityException(path, $"missing beside {UndoFormat.ReceiptFile}");
        if (!Holds(path, Digest.OfFile(Path.Combine(own, UndoFormat.ReceiptFile))))
            throw new IntegrityException(path, $"does not hold the SHA-256 of {UndoFormat.ReceiptFile}: one of the two was changed");
    }

    /// <summary>Whether a checksum file is the one of a receipt with this digest.</summary>
    public static bool Holds(string path, Digest receipt)
    {
        var expected = LineOf(receipt);
        return new FileInfo(path).Length == expected.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(expected);
    }

    private static byte[] LineOf(Digest digest) => Encoding.ASCII.GetBytes($"{digest.Hex}  {UndoFormat.ReceiptFile}\n");
}
