using System.Buffers.Binary;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>
/// Reads the fields of one protobuf message from left to right (protobuf.dev, "Encoding"): canonical lengths within the message, the four
/// wire types that are in use, everything else refused.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message, string place)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;
    private int _wire;

    /// <summary>The number of the field that was moved to.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field; its value is to be read, or skipped, before the next move.</summary>
    public bool Next()
    {
        if (_at == _message.Length)
            return false;
        var tag = ReadVarint();
        (Field, _wire) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
        return Field > 0 ? true : throw Fault("a field without a number");
    }

    /// <summary>A whole number.</summary>
    public ulong Number() => _wire == Varint ? ReadVarint() : throw WrongType();

    /// <summary>A float32.</summary>
    public float Single() => _wire == Fixed32 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw WrongType();

    /// <summary>A text, a message or bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (_wire != Delimited)
            throw WrongType();
        var length = ReadVarint();
        return length <= (ulong)(_message.Length - _at) ? Take((int)length) : throw Fault("a field that is longer than its message");
    }

    /// <summary>Passes over the field's value.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(8); break;
            case Delimited: Bytes(); break;
            case Fixed32: Take(4); break;
            default: throw WrongType();
        }
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw Fault("a number of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _message.Length - _at)
            throw Fault("the message ends in the middle of a field");
        var taken = _message.Slice(_at, count);
        _at += count;
        return taken;
    }

    private readonly TokenizerException WrongType() => Fault($"field {Field} has the wire type {_wire}");

    private readonly TokenizerException Fault(string fault) => new($"{place}, byte {_at}", fault, "Restore the file as SentencePiece wrote it.");
}
