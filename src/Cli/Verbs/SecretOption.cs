using System.CommandLine;
using System.Security.Cryptography;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Output;
using Loragate.Governance.Keys;
using Microsoft.Win32.SafeHandles;

namespace Loragate.Cli.Verbs;

/// <summary>Where the passphrase or PIN of a key comes from: a file descriptor, or the person at the terminal. Command lines and environments are read by others.</summary>
internal sealed class SecretOption(string name, string key)
{
    private readonly Option<int?> _descriptor = new(name) { Description = $"The file descriptor from which the passphrase of {key}, or the PIN of its token, is read: its first line. Without it the terminal asks.", HelpName = "N" };

    /// <summary>For <c>--key</c>.</summary>
    public static SecretOption ForKey() => new("--passphrase-fd", "--key");

    /// <summary>For <c>--ledger-key</c>.</summary>
    public static SecretOption ForLedgerKey() => new("--ledger-passphrase-fd", "--ledger-key");

    /// <summary>For <c>--publisher-key</c>.</summary>
    public static SecretOption ForPublisherKey() => new("--publisher-passphrase-fd", "--publisher-key");

    /// <summary>For <c>--witness-key</c>.</summary>
    public static SecretOption ForWitnessKey() => new("--witness-passphrase-fd", "--witness-key");

    public Option Option => _descriptor;

    /// <summary>The source, which asks only when a key needs it.</summary>
    public SecretSource SourceOf(ParseResult parsed, Tool tool) => what => Read(parsed.GetValue(_descriptor), what, tool);

    /// <summary>The secret of a new key: typed twice, since nobody sees it.</summary>
    public Secret ReadNew(ParseResult parsed, Tool tool, string what)
    {
        var first = SourceOf(parsed, tool)(what);
        if (parsed.GetValue(_descriptor) is not null)
            return first;
        using var second = Terminal.Ask(tool.Screen, $"{what}, again");
        if (first.IsSameAs(second))
            return first;
        first.Dispose();
        throw new UsageException("The two are not the same. No key was made.");
    }

    private Secret Read(int? descriptor, string what, Tool tool) => descriptor switch
    {
        { } given => ReadDescriptor(given, what),
        null when Terminal.IsThere => Terminal.Ask(tool.Screen, what),
        _ => throw new UsageException($"The {what} is needed: give {name} N, for example {name} 3 3<FILE, or run this at a terminal."),
    };

    private Secret ReadDescriptor(int descriptor, string what)
    {
        if (!PosixFile.IsInherited(descriptor))
            throw new UsageException($"{name} {descriptor}: whoever started this opened no such file descriptor. Open it there, for example {name} 3 3<FILE.");
        var buffer = new byte[Secret.MaxBytes + 1];
        try
        {
            using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            var length = ReadLine(stream, buffer);
            return length is > 0 and <= Secret.MaxBytes ? new Secret(buffer.AsSpan(0, length)) : throw new UsageException($"{name} {descriptor}: the {what} is empty, or longer than {Secret.MaxBytes} bytes.");
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{name} {descriptor}: this file descriptor cannot be read: {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Byte by byte: what follows the line is another's to read.</summary>
    private static int ReadLine(FileStream stream, byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length && stream.ReadByte() is var read and >= 0 && read != '\n')
            buffer[length++] = (byte)read;
        return length > 0 && buffer[length - 1] == '\r' ? length - 1 : length;
    }
}
