using System.Security.Cryptography;
using Atrium.Storage.Sealing;

namespace Atrium.Server.Encryption;

/// <summary>A data key in memory, held by as many as use it. When it was withdrawn and the last of them gave it back its bytes are zeroed.</summary>
internal sealed class DataKey(Guid id, byte[] bytes)
{
    public const int Size = 32;
    private readonly Lock gate = new();
    private int holders;
    private string? refusal;
    private bool isWithdrawn;

    private Guid Id => id;

    private byte[] Bytes => bytes;

    private string? Refusal => Volatile.Read(ref refusal);

    /// <summary>Null where it was withdrawn.</summary>
    public Lease? TryHold()
    {
        lock (gate)
        {
            if (isWithdrawn)
            {
                return null;
            }

            holders++;
            return new(this);
        }
    }

    /// <summary>No one gets it any more.</summary>
    /// <param name="why">Told to those who hold it when they use it next; null lets them finish.</param>
    public void Withdraw(string? why)
    {
        lock (gate)
        {
            (isWithdrawn, refusal) = (true, why);
            ZeroWhenFree();
        }
    }

    private void Release()
    {
        lock (gate)
        {
            holders--;
            ZeroWhenFree();
        }
    }

    private void ZeroWhenFree()
    {
        if (isWithdrawn && holders == 0)
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>One use of the key.</summary>
    internal sealed class Lease(DataKey key) : ContentKey
    {
        private int isReleased;

        public override Guid Id => key.Id;

        public override void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> target)
        {
            DemandUsable();
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, target, salt, info);
        }

        public override void DemandUsable()
        {
            ObjectDisposedException.ThrowIf(isReleased == 1, this);
            if (key.Refusal is { } why)
            {
                throw KeyRefusals.Unavailable(why);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref isReleased, 1) == 0)
            {
                key.Release();
            }
        }
    }

}
