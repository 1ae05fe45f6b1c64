/* "LAN9118 High-Performance Single-Chip 10/100 Non-PCI Ethernet Controller" (SMSC), the chapters "Register Description",
 * "TX Data Path Operation" and "RX Data Path Operation". */
#include "lan9118.h"

#include "../boards/inside.h"

#define LAN(offset) REGISTER(0x40200000u + (offset))
#define RX_DATA LAN(0x00)
#define TX_DATA LAN(0x20)
#define RX_STATUS LAN(0x40)
#define TX_STATUS LAN(0x48)
#define ID LAN(0x50)
#define BYTE_TEST LAN(0x64)
#define TX_CONFIG LAN(0x70)
#define HARDWARE_CONFIG LAN(0x74)
#define RX_USED LAN(0x7c)
#define TX_FREE LAN(0x80)
#define RX_DROPPED LAN(0xa0)
#define MAC_COMMAND LAN(0xa4)
#define MAC_DATA LAN(0xa8)

enum { ID_LAN9118 = 0x0118, BYTES_AS_THEY_SHOULD_BE = (int)0x87654321 };
enum { STORE_AND_FORWARD = 1 << 20, TX_FIFO_5_KB = 5 << 16, TX_ON = 2, FIRST_AND_LAST_PIECE = 3 << 12 };
enum { STATUS_ERROR = 1 << 15, CHECKSUM_LENGTH = 4 };
enum { MAC_CONTROL = 1, MAC_ADDRESS_HIGH = 2, MAC_ADDRESS_LOW = 3, MAC_SEND_AND_RECEIVE = 3 << 2 };
#define MAC_BUSY (1u << 31)
#define MAC_READ (1u << 30)

static uint32_t damaged, dropped;

static uint32_t mac_read(uint32_t number)
{
    MAC_COMMAND = MAC_BUSY | MAC_READ | number;
    while (MAC_COMMAND & MAC_BUSY)
        ;
    return MAC_DATA;
}

static void mac_write(uint32_t number, uint32_t value)
{
    MAC_DATA = value;
    MAC_COMMAND = MAC_BUSY | number;
    while (MAC_COMMAND & MAC_BUSY)
        ;
}

bool lan9118_begin(uint8_t address[6])
{
    if (BYTE_TEST != (uint32_t)BYTES_AS_THEY_SHOULD_BE || ID >> 16 != ID_LAN9118)
        return false;
    HARDWARE_CONFIG = STORE_AND_FORWARD | TX_FIFO_5_KB;
    uint32_t low = mac_read(MAC_ADDRESS_LOW), high = mac_read(MAC_ADDRESS_HIGH);
    for (unsigned i = 0; i < 6; i++)
        address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    mac_write(MAC_CONTROL, MAC_SEND_AND_RECEIVE);
    TX_CONFIG = TX_ON;
    return true;
}

static uint32_t status; /* of the frame that lan9118_waiting() found; 0: none */

static size_t frame_length(void)
{
    return status >> 16 & 0x3fff;
}

size_t lan9118_waiting(void)
{
    while (status == 0 && (RX_USED >> 16 & 0xff) != 0) {
        status = RX_STATUS;
        if (!(status & STATUS_ERROR) && frame_length() > CHECKSUM_LENGTH)
            break;
        damaged++;
        lan9118_take(NULL, 0);
    }
    return status != 0 ? frame_length() - CHECKSUM_LENGTH : 0;
}

void lan9118_take(uint32_t *words, size_t length)
{
    size_t count = (frame_length() + 3) / 4; /* the checksum lies behind the frame */
    for (size_t i = 0; i < count; i++) {
        uint32_t word = RX_DATA;
        if (words != NULL && i < (length + 3) / 4)
            words[i] = word;
    }
    status = 0;
}

bool lan9118_send(const uint32_t *words, size_t length)
{
    enum { COMMANDS = 8, RESERVE = 16 };
    while (TX_FREE >> 16 & 0xff) /* what became of earlier frames */
        (void)TX_STATUS;
    if ((TX_FREE & 0xffff) < length + COMMANDS + RESERVE)
        return false;
    TX_DATA = FIRST_AND_LAST_PIECE | (uint32_t)length;
    TX_DATA = (uint32_t)length;
    for (size_t i = 0; i < (length + 3) / 4; i++)
        TX_DATA = words[i];
    return true;
}

uint32_t lan9118_lost(void)
{
    dropped += RX_DROPPED; /* reading clears it */
    return damaged + dropped;
}
