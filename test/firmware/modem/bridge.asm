; bridge.com for DOSBox: copies each byte that comes at COM1, the line to the board, to COM2, DOSBox's modem, and back.
; nasm -f bin bridge.asm -o bridge.com
        org 100h

DATA    equ 0
MODE    equ 3                   ; line control
WIRES   equ 4                   ; modem control: DTR, RTS
STATE   equ 5                   ; line status: 01h a byte has come, 20h one may be sent
BOARD   equ 3f8h
MODEM   equ 2f8h

        mov si, BOARD
        call open
        mov si, MODEM
        call open
again:  mov si, BOARD
        mov di, MODEM
        call copy
        mov si, MODEM
        mov di, BOARD
        call copy
        jmp again

open:   lea dx, [si + MODE]     ; 115200 baud, 8N1
        mov al, 83h
        out dx, al
        mov dx, si
        mov ax, 1
        out dx, ax              ; the divisor, in two bytes
        lea dx, [si + MODE]
        mov al, 3
        out dx, al
        lea dx, [si + WIRES]
        mov al, 3
        out dx, al
        ret

copy:   lea dx, [di + STATE]    ; from si to di, where there is room
        in al, dx
        test al, 20h
        jz none
        lea dx, [si + STATE]
        in al, dx
        test al, 1
        jz none
        mov dx, si
        in al, dx
        mov dx, di
        out dx, al
none:   ret
