using System.Buffers.Binary;
using System.Text;

namespace Loragate.Artifacts.Safetensors;

/// <summary>Builds safetensors files byte by byte, right or wrong.</summary>
internal static class RawSafetensors
{
    public static byte[] Of(string header, params byte[] data) => Of((ulong)Encoding.UTF8.GetByteCount(header), header, data);

    public static byte[] Of(ulong declared, string header, params byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, declared);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }
}
